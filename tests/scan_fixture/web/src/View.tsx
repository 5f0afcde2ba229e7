import { pipeline } from "@huggingface/transformers";

const MODELS: Record<string, string> = {
  fast: "Xenova/detr-resnet-50",
  good: "Xenova/yolos-small",
};

export async function load(kind: string) {
  return pipeline("object-detection", MODELS[kind]);
}

export function View() {
  return (
    <section title="Model">
      <a href="https://github.com/huggingface/transformers.js">source</a>
      <p>Counts containers with a model such as Xenova/yolos-tiny.</p>
      <Crane modelUrl="3d/crane.glb" />
    </section>
  );
}
