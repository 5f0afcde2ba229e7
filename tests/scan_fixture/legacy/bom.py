from transformers import AutoModel

old = AutoModel.from_pretrained("unicamp-dl/ptt5-base-portuguese-vocab")
