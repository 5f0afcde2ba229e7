const { pipeline } = require("@xenova/transformers");
const { Ollama } = require("ollama");
const { ChatOllama } = require("@langchain/ollama");

class Speech {
  static task = "automatic-speech-recognition";
  static model = "Xenova/whisper-tiny.en";

  static async get() {
    return pipeline(this.task, this.model);
  }
}

const lc = new ChatOllama({ model: "llama3.2:3b-instruct-q8_0" });
const chat = (prompt) => new Ollama().chat({ model: "mistral:7b", messages: [{ role: "user", content: prompt }] });
const tts = async () => pipeline("text-to-speech", "Xenova/speecht5_tts");
const path = "src/speech.js";
module.exports = { Speech, lc, chat, tts, path };
