export const Chat = () => <Session model="Xenova/LaMini-GPT-124M" title="tides/today" />;
