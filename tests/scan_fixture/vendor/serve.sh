vllm serve google/switch-xxl-128
