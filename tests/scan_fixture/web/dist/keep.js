import { pipeline } from "@huggingface/transformers";
export const keep = await pipeline("fill-mask", "Xenova/albert-large-v2");
