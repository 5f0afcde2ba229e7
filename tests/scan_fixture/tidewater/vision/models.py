"""Pictures of containers."""

import open_clip
import timm
import torch
from diffusers import AutoencoderKL, ControlNetModel, DiffusionPipeline, StableDiffusionXLPipeline
from transformers import AutoImageProcessor, CLIPModel, LayoutLMv3ForTokenClassification

from tidewater.settings import LAYOUT_MODEL

hashed = timm.create_model("hf-hub:timm/vit_base_patch14_dinov2.lvd142m", pretrained=True)
older = timm.create_model("hf_hub:nateraw/resnet50-oxford-iiit-pet", pretrained=True)
classic = timm.create_model("resnet50d", pretrained=True, num_classes=12)
tagged = timm.create_model(
    model_name="convnext_tiny.fb_in22k",
    pretrained=True,
)
clip, _, preprocess = open_clip.create_model_and_transforms("hf-hub:laion/CLIP-ViT-B-32-laion2B-s34B-b79K")
hub = torch.hub.load("pytorch/vision:v0.10.0", "deeplabv3_resnet50", pretrained=True)
yolo = torch.hub.load(repo_or_dir="ultralytics/yolov5", model="yolov5s")
own = torch.hub.load("./detectors", "crane", source="local")
state = torch.load("weights/crane.pt")
layout = LayoutLMv3ForTokenClassification.from_pretrained(LAYOUT_MODEL)
processor = AutoImageProcessor.from_pretrained("facebook/dinov2-small", revision="ed25f3a31f01632728cabb09d1542f84ab7b0056")
vision = CLIPModel.from_pretrained(pretrained_model_name_or_path="openai/clip-vit-base-patch32")
vae = AutoencoderKL.from_pretrained("madebyollin/sdxl-vae-fp16-fix", torch_dtype=torch.float16)
control = ControlNetModel.from_pretrained("diffusers/controlnet-canny-sdxl-1.0")
painter = StableDiffusionXLPipeline.from_pretrained(
    "stabilityai/stable-diffusion-xl-base-1.0",
    controlnet=control,
    vae=vae,
    revision="462165984030d82259a11f4367a4eed129e94a7b",
    variant="fp16",
)
painter.load_lora_weights("latent-consistency/lcm-lora-sdxl")
painter.load_ip_adapter("h94/IP-Adapter", subfolder="sdxl_models", weight_name="ip-adapter_sdxl.bin")
painter.load_lora_weights("./loras/harbour")
quick = DiffusionPipeline.from_pretrained("black-forest-labs/FLUX.1-schnell")
single = StableDiffusionXLPipeline.from_single_file(
    "https://huggingface.co/segmind/SSD-1B/blob/main/SSD-1B.safetensors"
)
shape = input()
unknown = timm.create_model("hf-hub:" + shape, pretrained=True)
