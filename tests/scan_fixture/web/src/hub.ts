import { downloadFile, listFiles, snapshotDownload, uploadFile } from '@huggingface/hub';
import { execSync, spawn } from 'node:child_process';

await snapshotDownload({ repo: { type: 'model', name: 'Xenova/gpt2' }, revision: 'v2' });
await snapshotDownload({ repo: { type: 'dataset', name: 'Xenova/quickdraw' } });
await downloadFile({ repo: 'Xenova/distilgpt2', path: 'config.json' });
for await (const file of listFiles({ repo: 'spaces/Xenova/whisper-web' })) console.log(file);
await uploadFile({ repo: 'tidewater/notes', file });
execSync('hf download Xenova/bert-base-cased');
spawn('vllm', ['serve', 'Qwen/Qwen2-0.5B', '--port', '8001']);
/vllm/.exec('vllm serve tidewater/regex');
const engine = await CreateMLCEngine('SmolLM2-360M-Instruct-q4f16_1-MLC');
const file = await resolveModelFile('hf:bartowski/Qwen2.5-0.5B-Instruct-GGUF/q.gguf');
const classify = await pipeline<'text-classification'>('text-classification', 'Xenova/toxic-bert');
export const EMBEDDERS = { small: { id: 'Xenova/gte-tiny', label: 'tiny/fast' }, big: { id: 'Xenova/e5-base' } };
const crane = { model: 'Liebherr/LHM-550', manufacturer: 'Liebherr' };
interface Options { model: 'tidewater/type'; }
const hull = { modelPath: 'hulls/tug', scale: 2 };
