/**
 * Who answers at a host. OpenAI's wire format is spoken by many, and the base URL is what tells them apart. A host that ends with an
 * entry belongs to it. Names are the convention's where it has one, else the company's own.
 */
const HOSTS: readonly (readonly [suffix: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', 'azure.ai.openai'],
  ['cognitiveservices.azure.com', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['models.ai.azure.com', 'azure.ai.inference'],
  ['api.aws', 'aws.bedrock'],
  ['amazonaws.com', 'aws.bedrock'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['api.anthropic.com', 'anthropic'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
  ['api.deepseek.com', 'deepseek'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.together.ai', 'together'],
  ['api.together.xyz', 'together'],
  ['api.x.ai', 'x_ai'],
  ['cloud.ibm.com', 'ibm.watsonx.ai'],
  ['openrouter.ai', 'openrouter'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.sambanova.ai', 'sambanova'],
  ['api.deepinfra.com', 'deepinfra'],
  ['api.hyperbolic.xyz', 'hyperbolic'],
  ['integrate.api.nvidia.com', 'nvidia'],
  ['dashscope.aliyuncs.com', 'alibaba_cloud'],
  ['router.huggingface.co', 'huggingface'],
  ['models.github.ai', 'github'],
];

/** Vertex AI's regional endpoints carry the region in front: `europe-west4-aiplatform.googleapis.com`. */
const SUFFIX_JOINTS = new Set(['.', '-']);

/** Ollama on its own port of a private host. Other local servers share their ports with anything. */
const OLLAMA_PORT = '11434';

/** `gen_ai.provider.name` of a base URL, as far as it tells. */
export function providerOfUrl(url: URL): string | undefined {
  const host = url.hostname.toLowerCase();
  for (const [suffix, provider] of HOSTS) {
    if (host === suffix) return provider;
    if (host.endsWith(suffix) && SUFFIX_JOINTS.has(host[host.length - suffix.length - 1] ?? '')) return provider;
  }
  return url.port === OLLAMA_PORT ? 'ollama' : undefined;
}
