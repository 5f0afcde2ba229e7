"""Radio traffic to text."""

from dataclasses import dataclass

from faster_whisper import WhisperModel
from nemo.collections.asr.models import ASRModel
from pyannote.audio import Pipeline
from speechbrain.inference import EncoderClassifier
from transformers import WhisperForConditionalGeneration, WhisperProcessor, pipeline
from modelscope import snapshot_download as scope_download
from modelscope.pipelines import pipeline as scope_pipeline

from tidewater.settings import Speech

small = WhisperForConditionalGeneration.from_pretrained(Speech.SMALL.value)
large = WhisperProcessor.from_pretrained(Speech.LARGE)
asr = pipeline("automatic-speech-recognition", model="distil-whisper/distil-large-v3", chunk_length_s=15)
fast = WhisperModel("Systran/faster-whisper-medium", compute_type="int8")
speakers = Pipeline.from_pretrained("pyannote/speaker-diarization-3.1", use_auth_token=True)
voices = EncoderClassifier.from_hparams(source="speechbrain/spkrec-ecapa-voxceleb", savedir="tmp/ecapa")
nemo = ASRModel.from_pretrained(model_name="nvidia/parakeet-tdt-0.6b-v2")
china = scope_download("damo/speech_paraformer-large_asr_nat-zh-cn-16k")
other = scope_pipeline(task="punctuation", model="iic/punc_ct-transformer_zh-cn")


@dataclass(frozen=True)
class Voice:
    tts_model: str = "parler-tts/parler-tts-mini-v1"
    vocoder_model: str | None = None
    format: str = "audio/wav"
