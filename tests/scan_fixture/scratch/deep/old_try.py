from transformers import AutoModel
AutoModel.from_pretrained("google/switch-base-32")
