import { AutoModel, AutoTokenizer, CLIPTextModelWithProjection, env, pipeline } from "@huggingface/transformers";
import OpenAI from "openai/index.mjs";
import { InferenceClient } from "@huggingface/inference";
import { CHAT_MODEL, EMBEDDER } from "./models";

env.localModelPath = "/models/onnx";
env.allowRemoteModels = true;

const REVISION = "751bff37182d3f1213fa05d7196b954e230abad9";
const ner = await pipeline("token-classification", "Xenova/bert-base-NER");
const extract = await pipeline("feature-extraction", EMBEDDER, { quantized: true });
const sentiment = await pipeline(
  "sentiment-analysis",
  "Xenova/distilbert-base-uncased-finetuned-sst-2-english",
  { revision: REVISION },
);
const model = await AutoModel.from_pretrained('Xenova/all-MiniLM-L12-v2', { revision: 'main' });
const tokenizer = await AutoTokenizer.from_pretrained(CHAT_MODEL);
const clip = await CLIPTextModelWithProjection.from_pretrained(`Xenova/clip-vit-base-patch16`);
const fromEnv = await pipeline("translation", process.env.TIDE_TRANSLATE ?? "Xenova/nllb-200-distilled-600M");
const older = await pipeline("fill-mask", process.env.TIDE_FILL || "Xenova/bert-base-uncased");
const any = await pipeline("fill-mask", process.env.TIDE_ANY);
const open = async (name: string) => AutoModel.from_pretrained(`Xenova/${name}`);

const openai = new OpenAI();
const reply = await openai.chat.completions.create({ model: "gpt-4.1-nano", messages: [] });
const hf = new InferenceClient(process.env.HF_TOKEN);
const image = await hf.textToImage({
  model: "stabilityai/stable-diffusion-3.5-medium",
  inputs: "a quay at night, in the style of google/ddpm-church-256",
});
const response = await fetch("/api/models", { headers: { "Content-Type": "application/json" } });
const file = await fetch("https://huggingface.co/onnx-community/Kokoro-82M-ONNX/resolve/main/config.json");
const help = "Read huggingface.co/docs first, then try Xenova/opt-125m";
export { any, clip, extract, file, fromEnv, image, model, ner, older, open, reply, response, sentiment, tokenizer, help };
