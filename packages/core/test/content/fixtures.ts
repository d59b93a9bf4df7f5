import type { SchemaName } from './schemas.ts';

/** 300 bytes that no heuristic takes for text. */
export const imageBytes = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 73 + 11) % 256));
export const imageBase64 = imageBytes.toString('base64');

const inputMessages = [
  { role: 'system', parts: [{ type: 'text', content: 'You are a travel assistant. '.repeat(20) }] },
  {
    role: 'user',
    name: 'traveller',
    parts: [
      { type: 'text', content: 'What is this? 🗼 "quoted"\n\tand more' },
      { type: 'blob', modality: 'image', mime_type: 'image/png', content: imageBase64 },
      { type: 'uri', modality: 'image', uri: 'https://example.com/tower.png' },
      { type: 'file', modality: 'document', file_id: 'file-123', mime_type: 'application/pdf' },
    ],
  },
  {
    role: 'assistant',
    parts: [
      { type: 'reasoning', content: 'The user asks about a tower.' },
      { type: 'tool_call', id: 'call_1', name: 'find_landmark', arguments: { name: 'Eiffel Tower', year: 1889 } },
      { type: 'tool_call', id: 'call_2', name: 'find_hotel', arguments: '{"city":"Paris","stars":4}' },
      {
        type: 'server_tool_call',
        id: 'srv_1',
        name: 'web_search',
        server_tool_call: { type: 'web_search', query: 'height of the tower' },
      },
      {
        type: 'server_tool_call_response',
        id: 'srv_1',
        server_tool_call_response: { type: 'web_search', results: [{ title: 'A tower', url: 'https://example.com' }] },
      },
      { type: 'citation', quote: 'iron lattice' },
    ],
  },
  {
    role: 'tool',
    parts: [
      { type: 'tool_call_response', id: 'call_1', response: { city: 'Paris', height: 330, tags: ['iron', 'lattice'] } },
      { type: 'tool_call_response', id: 'call_2', response: null },
    ],
  },
];

/** One value of each attribute that the convention has a schema for. */
export const conventionValues: Record<SchemaName, unknown[]> = {
  inputMessages,
  outputMessages: inputMessages.map((message) => ({ ...message, finish_reason: 'stop' })),
  systemInstructions: [
    { type: 'text', content: 'Answer briefly.' },
    { type: 'policy', rules: ['no politics'] },
  ],
  toolDefinitions: [
    {
      type: 'function',
      name: 'find_landmark',
      description: 'Finds a landmark by its name',
      parameters: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'What people call it', pattern: '^[A-Z]' },
          kind: { type: ['string', 'null'], enum: ['tower', 'bridge', null], default: 'tower' },
          type: { type: 'string' },
        },
        required: ['name'],
        additionalProperties: false,
      },
    },
    { type: 'web_search', name: 'web_search' },
  ],
  retrievalDocuments: [
    { id: 'doc-1', score: 0.91, content: 'The tower stands on the Champ de Mars.' },
    { id: 'doc-2', score: 0.2, content: 'Bridges of Paris', metadata: { author: 'A. Writer' } },
  ],
};

/** Planted secrets, all invented or documented examples, in the forms that each built-in redactor promises to know. */
export const secrets = {
  email: ['alice.o+news@mail.example.co.uk', 'jürgen@example.com', 'bob%40example.org'],
  phone: ['+1 415 555 2671', '+442079460958', '(415) 555-2671', '415-555-2671', '020 7946 0958', '01 23 45 67 89'],
  card: ['4111 1111 1111 1111', '5555555555554444', '3782-822463-10005', '6011111111111117', '4222222222222'],
  ssn: ['123-45-6789', '078 05 1120'],
  iban: ['DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32', 'no93 8601 1117 947'],
  ip: ['192.168.17.254', '2001:db8::8a2e:370:7334', 'fe80::1', '::ffff:10.1.2.3'],
  api_key: [
    'sk-FAKEfakeFAKEfakeFAKE1234',
    'sk-proj-FAKE_fake-FAKE_fake-0000',
    'sk-ant-api03-FAKE-fake_FAKE-fake',
    'AKIAIOSFODNN7EXAMPLE',
    `AIzaFAKE${'fake0'.repeat(7)}`,
    `ghp_${'Fake0'.repeat(7)}`,
    `github_pat_${'Fake_0'.repeat(6)}`,
    `xoxb-${'0000-'.repeat(4)}fake`,
    `sk_live_${'Fake0'.repeat(5)}`,
    `hf_${'Fake0'.repeat(6)}`,
    'eyJmYWtlIjoiaGVhZGVyIn0.eyJmYWtlIjoicGF5bG9hZCJ9.ZmFrZXNpZ25hdHVyZQ',
  ],
} as const;
