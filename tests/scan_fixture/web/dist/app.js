pipeline("fill-mask", "Xenova/albert-base-v2");
