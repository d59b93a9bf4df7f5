import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, drain, type Harness, startHarness } from './support/harness.ts';
import { only, points } from './support/recorded.ts';
import { isAtLeast, newest, sdks } from './support/sdks.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});
beforeEach(() => harness.configure());
afterAll(() => harness.close());

/** Answers without a network, whatever the address. */
const offline = async () =>
  new Response(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', model: 'm', choices: [] }), {
    headers: { 'content-type': 'application/json' },
  });

const hosts: [url: string, provider: string, address: string, port: number][] = [
  ['https://api.openai.com/v1', 'openai', 'api.openai.com', 443],
  ['https://eu.api.openai.com/v1', 'openai', 'eu.api.openai.com', 443],
  ['https://my.openai.azure.com/openai/v1', 'azure.ai.openai', 'my.openai.azure.com', 443],
  ['https://my.services.ai.azure.com/openai/v1', 'azure.ai.inference', 'my.services.ai.azure.com', 443],
  [
    'https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1',
    'aws.bedrock',
    'bedrock-runtime.eu-west-1.amazonaws.com',
    443,
  ],
  ['https://bedrock-mantle.us-east-1.api.aws/v1', 'aws.bedrock', 'bedrock-mantle.us-east-1.api.aws', 443],
  ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gcp.gemini', 'generativelanguage.googleapis.com', 443],
  ['https://europe-west4-aiplatform.googleapis.com/v1', 'gcp.vertex_ai', 'europe-west4-aiplatform.googleapis.com', 443],
  ['https://api.groq.com/openai/v1', 'groq', 'api.groq.com', 443],
  ['https://api.deepseek.com', 'deepseek', 'api.deepseek.com', 443],
  ['https://api.mistral.ai/v1', 'mistral_ai', 'api.mistral.ai', 443],
  ['https://api.x.ai/v1', 'x_ai', 'api.x.ai', 443],
  ['https://api.perplexity.ai', 'perplexity', 'api.perplexity.ai', 443],
  ['https://api.anthropic.com/v1/', 'anthropic', 'api.anthropic.com', 443],
  ['https://api.moonshot.ai/v1', 'moonshot_ai', 'api.moonshot.ai', 443],
  ['https://openrouter.ai/api/v1', 'openrouter', 'openrouter.ai', 443],
  ['http://localhost:11434/v1', 'ollama', 'localhost', 11434],
  ['http://[::1]:8000/v1', 'openai', '::1', 8000],
  ['http://gateway.example/v1', 'openai', 'gateway.example', 80],
  // A name that merely ends alike is somebody else.
  ['https://notapi.openai.com.example/v1', 'openai', 'notapi.openai.com.example', 443],
  ['https://evilopenrouter.ai/v1', 'openai', 'evilopenrouter.ai', 443],
];

it.each(hosts)('%s is %s', async (baseURL, provider, address, port) => {
  await harness.client({ baseURL, fetch: offline }).chat.completions.create(chat);
  const { attributes } = only((await harness.collectSpans(1)).spans);
  expect(attributes['gen_ai.provider.name']).toBe(provider);
  expect(attributes['server.address']).toBe(address);
  expect(attributes['server.port']).toBe(port);
});

it('the option "providers" names who is behind a gateway, by host or by host and port', async () => {
  const providers = { 'llm.example.com': 'anthropic', 'LOCALHOST:9000': 'vllm', 'api.openai.com': 'my_proxy' };
  await harness.configure({ providers });
  for (const baseURL of [
    'https://llm.example.com/v1',
    'http://localhost:9000/v1',
    'http://localhost:9001/v1',
    'https://api.openai.com/v1',
  ]) {
    await harness.client({ baseURL, fetch: offline }).chat.completions.create(chat);
  }
  const { spans } = await harness.collectSpans(4);
  expect(spans.map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual([
    'anthropic',
    'vllm',
    'openai',
    'my_proxy',
  ]);
});

it('providers that are changed later hold for clients that exist', async () => {
  const client = harness.client({ baseURL: 'https://llm.example.com/v1', fetch: offline });
  await client.chat.completions.create(chat);
  await harness.configure({ providers: { 'llm.example.com': 'groq' } });
  await client.chat.completions.create(chat);
  expect(only((await harness.collectSpans(1)).spans).attributes['gen_ai.provider.name']).toBe('groq');
});

describe.each(sdks.filter((sdk) => isAtLeast(sdk, '4')))('Azure OpenAI, openai $version', (sdk) => {
  const azure = (deployment?: string) =>
    new sdk.AzureOpenAI({
      apiKey: 'azure-test',
      apiVersion: '2024-10-21',
      ...(deployment !== undefined && { deployment }),
      baseURL: `${harness.server.url.replace(/\/v1$/, '')}/openai${deployment === undefined ? '' : `/deployments/${deployment}`}`,
    });

  it('is named as the provider wherever it is reached', async () => {
    await azure().chat.completions.create(chat);
    const { attributes } = only((await harness.collectSpans(1)).spans);
    expect(attributes['gen_ai.provider.name']).toBe('azure.ai.openai');
    expect(attributes['gen_ai.request.model']).toBe('gpt-4o-mini');
  });

  it('has its answer’s id and model in spite of the empty first chunk', async () => {
    const stream = await azure().chat.completions.create({ ...chat, stream: true });
    await drain(stream);
    const recorded = await harness.collectSpans(1);
    const { attributes } = only(recorded.spans);
    expect(attributes['gen_ai.response.id']).toBe('chatcmpl-1');
    expect(attributes['gen_ai.response.model']).toBe('gpt-4o-mini-2024-07-18');
    expect(points(recorded, 'gen_ai.client.operation.duration')[0]?.attributes['gen_ai.response.model']).toBe(
      'gpt-4o-mini-2024-07-18',
    );
  });
});

it('the deployment of an Azure client stands for a model that the request does not name', async () => {
  const client = new newest.AzureOpenAI({
    apiKey: 'azure-test',
    apiVersion: '2024-10-21',
    deployment: 'my-deployment',
    endpoint: 'https://my.openai.azure.com',
    fetch: offline,
  });
  await client.chat.completions.create({ messages: chat.messages } as never);
  const span = only((await harness.collectSpans(1)).spans);
  expect(span.name).toBe('chat my-deployment');
  expect(span.attributes['gen_ai.provider.name']).toBe('azure.ai.openai');
});

it('a Bedrock client is named as such, also on an address of one’s own', async () => {
  const { BedrockOpenAI } = createRequire(import.meta.url)('openai/bedrock') as typeof import('openai/bedrock');
  const { OpenAI } = createRequire(import.meta.url)('openai') as { OpenAI: typeof newest.OpenAI };
  harness.instrumentation.instrument(OpenAI);
  const answer = async () =>
    new Response(JSON.stringify({ id: 'resp_1', object: 'response', status: 'completed', output: [] }), {
      headers: { 'content-type': 'application/json' },
    });
  for (const baseURL of ['https://bedrock-mantle.us-east-1.api.aws/openai/v1', 'https://gateway.example/openai/v1']) {
    const client = new BedrockOpenAI({ apiKey: 'bedrock-test', baseURL, fetch: answer });
    await client.responses.create({ model: 'openai.gpt-oss-120b', input: 'Hello' });
  }
  const { spans } = await harness.collectSpans(2);
  expect(spans.map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual(['aws.bedrock', 'aws.bedrock']);
});
