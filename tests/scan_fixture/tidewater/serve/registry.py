"""Names that the service looks up."""

TOKENIZER = "hf-internal-testing/llama-tokenizer"
MISSING = None
DEFAULTS = dict(model="nreimers/MiniLM-L6-H384-uncased", batch=8)


class Registry:
    ENCODER = "colbert-ir/colbertv2.0"
    OWNER = "tidewater/port"
