// The quay in three dimensions, and how its log is coloured.
export const QUAY = [
  { model: 'gantry/north', modelUrl: 'gantry.glb', material: 'steel/grey' },
  { model: 'bollard/small', baseModel: 'bollard/plain', modelUrl: 'bollard.glb' },
];
export const highlight = { tokenizer: 'tidelog/grammar', defaultToken: 'text/plain' };
