// The first version used Xenova/distilgpt2.
/* and before that
   Xenova/gpt-neo-125M
*/
export const EMBEDDER = "Xenova/bge-base-en-v1.5";
export const OWNER = "onnx-community";
export const CHAT_MODEL: string = `${OWNER}/Llama-3.2-1B-Instruct-ONNX`;
export const OPTIONS = {
  model: "Xenova/LaMini-Flan-T5-77M",
  dtype: "q4",
  contentType: "application/json",
  modelUrl: "/assets/crane.glb",
} as const;
export const DATASET = "tidewater-data/scans";
export const route = "models/list";
