FROM python:3.12-slim
ENV RERANK_MODEL "mixedbread-ai/mxbai-rerank-xsmall-v1"
