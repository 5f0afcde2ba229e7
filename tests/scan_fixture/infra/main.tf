variable "models" {
  default = {
    small = { id = "microsoft/phi-1_5", revision = "main" }
  }
}
locals {
  # model_id = "microsoft/phi-1"
  judge_model = var.big ? "prometheus-eval/prometheus-7b-v2.0" : "prometheus-eval/prometheus-8x7b-v2.0"
  boot        = <<-EOT
    #!/bin/bash
    vllm serve stabilityai/stable-code-3b
  EOT
}
module "queue" {
  source = "tidewater/queue/aws"
  args   = ["--model-id", "Salesforce/codegen-350M-mono"]
}
