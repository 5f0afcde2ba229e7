// Where the pages of the assistant are served.
export const PAGES = { models: 'api/models', embeddings: 'v2/embeddings', chat: 'api/chat' };
