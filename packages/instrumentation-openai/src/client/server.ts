import type { Server } from '@genai-otel/core';
import { providerOfUrl } from './provider.ts';

/** What we look at in a client. */
interface Client {
  baseURL?: unknown;
  deploymentName?: unknown;
  constructor?: { name?: string };
  _provider?: { name?: unknown };
}

interface KnownServer {
  baseURL: unknown;
  overrides: ReadonlyMap<string, string>;
  server: Server;
}

const known = new WeakMap<object, KnownServer>();

/**
 * Who a client of the SDK talks to. `OpenAI` with a base URL that tells nothing stays `openai`, the format that is spoken.
 *
 * @param overrides providers by host, from the configuration.
 */
export function serverOf(client: unknown, overrides: ReadonlyMap<string, string>): Server {
  if (typeof client !== 'object' || client === null) return { provider: 'openai' };
  const { baseURL } = client as Client;
  const before = known.get(client);
  if (before && before.baseURL === baseURL && before.overrides === overrides) return before.server;
  const server = describe(client as Client, overrides);
  known.set(client, { baseURL, overrides, server });
  return server;
}

function describe(client: Client, overrides: ReadonlyMap<string, string>): Server {
  const url = typeof client.baseURL === 'string' && URL.canParse(client.baseURL) ? new URL(client.baseURL) : undefined;
  const override = url && (overrides.get(url.host.toLowerCase()) ?? overrides.get(url.hostname.toLowerCase()));
  const provider = override ?? (url && providerOfUrl(url)) ?? providerOfClass(client) ?? 'openai';
  if (!url) return { provider };
  // IPv6 addresses stand in brackets in a URL only.
  const address = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port ? Number(url.port) : url.protocol === 'http:' ? 80 : 443;
  return { provider, address, port };
}

function providerOfClass(client: Client): string | undefined {
  let type: unknown = client.constructor;
  while (typeof type === 'function') {
    if (type.name === 'AzureOpenAI') return 'azure.ai.openai';
    if (type.name === 'BedrockOpenAI') return 'aws.bedrock';
    type = Object.getPrototypeOf(type);
  }
  return typeof client._provider?.name === 'string' && /bedrock/i.test(client._provider.name)
    ? 'aws.bedrock'
    : undefined;
}

/** The deployment of an Azure client, which stands for the model where a request names none. */
export function deploymentOf(client: unknown): string | undefined {
  const name = (client as Client | undefined)?.deploymentName;
  return typeof name === 'string' ? name : undefined;
}
