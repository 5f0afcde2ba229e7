import { pipeline } from '@huggingface/transformers';

const models = new Map<string, string>([
  ['sort', 'Xenova/nli-deberta-v3-xsmall'],
  ['find', 'Xenova/gte-small'],
]);
export const modelNames = Object.freeze([
  'onnx-community/moonshine-tiny-ONNX',
]);
