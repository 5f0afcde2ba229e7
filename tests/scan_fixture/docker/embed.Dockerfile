FROM ghcr.io/huggingface/text-embeddings-inference:cpu-1.5
ENV MODEL=ibm-granite/granite-embedding-30m-english
ENTRYPOINT ["text-embeddings-router", "--model-id", "Alibaba-NLP/gte-base-en-v1.5", \
            "--revision", "a829fd0e060bb84554da0dfd354d0de0f7712b7f"]
CMD text-embeddings-router --model-id $MODEL
