load = huggingface-cli download $(1) --revision $(2)
LIST := xlnet/xlnet-base-cased xlnet/xlnet-large-cased
IMG = tidewater/make

models:
	$(call load,google/canine-s,v1)
	$(foreach m,$(LIST),hf download $(m);)
	docker run -e MODEL_ID=google/canine-c -t $(IMG)
