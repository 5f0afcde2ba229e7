# -*- coding: latin-1 -*-
"""Versão antiga."""

from transformers import AutoModel

TITULO = "Docas/Pátio"
modelo = AutoModel.from_pretrained("neuralmind/bert-base-portuguese-cased")
