'use strict';

// What a careful team writes around its own calls, by the GenAI semantic conventions 1.41.0: the span, and the two client metrics.

const { metrics, SpanKind, SpanStatusCode, trace } = require('@opentelemetry/api');

const DURATION_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKEN_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

function handWritten() {
  const tracer = trace.getTracer('app');
  const meter = metrics.getMeter('app');
  const operationDuration = meter.createHistogram('gen_ai.client.operation.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  const tokenUsage = meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
  });

  const operationOf = (client, params) => {
    const { hostname, port } = new URL(client.baseURL);
    return {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': params.model,
      'server.address': hostname,
      'server.port': port ? Number(port) : 443,
    };
  };

  const requestOf = (params) => {
    const attributes = { 'openai.api.type': 'chat_completions' };
    if (params.temperature !== undefined) attributes['gen_ai.request.temperature'] = params.temperature;
    if (params.max_tokens !== undefined) attributes['gen_ai.request.max_tokens'] = params.max_tokens;
    if (params.top_p !== undefined) attributes['gen_ai.request.top_p'] = params.top_p;
    if (params.stream) attributes['gen_ai.request.stream'] = true;
    return attributes;
  };

  const succeed = (span, operation, started, { id, model, service_tier, system_fingerprint, finishReasons, usage }) => {
    span.setAttributes({
      'gen_ai.response.id': id,
      'gen_ai.response.model': model,
      'gen_ai.response.finish_reasons': finishReasons,
      ...(service_tier && { 'openai.response.service_tier': service_tier }),
      ...(system_fingerprint && { 'openai.response.system_fingerprint': system_fingerprint }),
      ...(usage && {
        'gen_ai.usage.input_tokens': usage.prompt_tokens,
        'gen_ai.usage.output_tokens': usage.completion_tokens,
      }),
    });
    const attributes = { ...operation, 'gen_ai.response.model': model };
    if (usage) {
      tokenUsage.record(usage.prompt_tokens, { ...attributes, 'gen_ai.token.type': 'input' });
      tokenUsage.record(usage.completion_tokens, { ...attributes, 'gen_ai.token.type': 'output' });
    }
    operationDuration.record((performance.now() - started) / 1000, attributes);
    span.end();
  };

  const fail = (span, operation, started, error) => {
    const type = error?.constructor?.name ?? '_OTHER';
    span.setAttribute('error.type', type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message });
    operationDuration.record((performance.now() - started) / 1000, { ...operation, 'error.type': type });
    span.end();
  };

  async function* observed(stream, span, operation, started) {
    const response = { finishReasons: [] };
    let failed = false;
    try {
      for await (const chunk of stream) {
        response.id ??= chunk.id;
        response.model ??= chunk.model;
        response.service_tier ??= chunk.service_tier;
        response.system_fingerprint ??= chunk.system_fingerprint;
        if (chunk.usage) response.usage = chunk.usage;
        for (const choice of chunk.choices) {
          if (choice.finish_reason) response.finishReasons[choice.index] = choice.finish_reason;
        }
        yield chunk;
      }
    } catch (error) {
      failed = true;
      fail(span, operation, started, error);
      throw error;
    } finally {
      if (!failed) succeed(span, operation, started, response);
    }
  }

  return async function create(client, params) {
    const operation = operationOf(client, params);
    const started = performance.now();
    return tracer.startActiveSpan(
      `chat ${params.model}`,
      { kind: SpanKind.CLIENT, attributes: { ...operation, ...requestOf(params) } },
      async (span) => {
        try {
          const result = await client.chat.completions.create(params);
          if (params.stream) return observed(result, span, operation, started);
          succeed(span, operation, started, {
            ...result,
            finishReasons: result.choices.map((choice) => choice.finish_reason),
          });
          return result;
        } catch (error) {
          fail(span, operation, started, error);
          throw error;
        }
      },
    );
  };
}

module.exports = { handWritten };
