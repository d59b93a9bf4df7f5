import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { type CheckContext, isSet } from './context.ts';
import type { AttributeBag, Signal } from './types.ts';

type Definitions = Record<string, { properties?: { type?: { const?: string } } }>;

interface ContentSchema {
  readonly whole: ValidateFunction;
  /** Validators of the parts and tool definitions whose `type` is fixed. */
  readonly byType: ReadonlyMap<string, ValidateFunction>;
}

const SCHEMA_FILES: Readonly<Record<string, string>> = {
  'gen_ai.input.messages': 'input-messages.json',
  'gen_ai.output.messages': 'output-messages.json',
  'gen_ai.system_instructions': 'system-instructions.json',
  'gen_ai.tool.definitions': 'tool-definitions.json',
  'gen_ai.retrieval.documents': 'retrieval-documents.json',
  'gen_ai.memory.records': 'memory-records.json',
};

/** What a person or a model wrote, recorded only when switched on. */
const CONTENT_ATTRIBUTES = new Set([
  ...Object.keys(SCHEMA_FILES),
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.retrieval.query.text',
  'gen_ai.memory.query.text',
]);

/** Providers' spellings of finish reasons that the message schema has its own word for. */
const PROVIDER_FINISH_REASONS = new Set([
  'tool_calls',
  'tool_use',
  'function_call',
  'end_turn',
  'stop_sequence',
  'max_tokens',
  'max_output_tokens',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
]);

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const schemas = new Map<string, ContentSchema>();

function isContent(attribute: string): boolean {
  return CONTENT_ATTRIBUTES.has(attribute) || attribute.startsWith('gen_ai.prompt.variable.');
}

/** Rules `content_unexpected`, `content_not_json`, `content_not_structured`, `content_schema`, `finish_reason_spelling`. */
export function checkContent(context: CheckContext, signal: Signal, name: string, attributes: AttributeBag): void {
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || !isContent(attribute)) continue;
    const violate = (rule: string, detail: string) => context.report({ rule, signal, name, attribute, detail });
    if (context.options.contentCaptured === false) violate('content_unexpected', 'content capture is off');
    if (context.model.attributes[attribute]?.type !== 'any') continue;

    let structured = value;
    if (signal === 'span') {
      try {
        structured = JSON.parse(typeof value === 'string' ? value : '');
      } catch {
        violate('content_not_json', 'a span carries it as a JSON string');
        continue;
      }
    } else if (typeof value === 'string') {
      violate('content_not_structured', 'an event carries it as a structured value');
      continue;
    }
    const file = SCHEMA_FILES[attribute];
    if (file === undefined) continue;
    const latest = context.options.convention === 'latest' && attribute === 'gen_ai.output.messages';
    const fault = schemaFault(schemaOf(latest ? 'output-messages.latest.json' : file), structured);
    if (fault !== undefined) violate('content_schema', fault);
    for (const reason of finishReasons(structured)) {
      if (PROVIDER_FINISH_REASONS.has(reason)) violate('finish_reason_spelling', `${reason} is a provider's spelling`);
    }
  }
}

/** Whether all of the names are on one of the attribute sets. */
export function carriesMessages(...bags: readonly AttributeBag[]): boolean {
  return ['gen_ai.input.messages', 'gen_ai.output.messages'].every((name) => bags.some((bag) => isSet(bag, name)));
}

function schemaOf(file: string): ContentSchema {
  let schema = schemas.get(file);
  if (!schema) {
    const document = JSON.parse(readFileSync(new URL(`./model/schemas/${file}`, import.meta.url), 'utf8')) as {
      $defs?: Definitions;
    };
    const whole = ajv.compile({ ...document, $id: file });
    const byType = new Map<string, ValidateFunction>();
    for (const [definition, { properties }] of Object.entries(document.$defs ?? {})) {
      const type = properties?.type?.const;
      if (type !== undefined) byType.set(type, ajv.compile({ $ref: `${file}#/$defs/${definition}` }));
    }
    schema = { whole, byType };
    schemas.set(file, schema);
  }
  return schema;
}

function schemaFault(schema: ContentSchema, value: unknown): string | undefined {
  if (!schema.whole(value)) return ajv.errorsText(schema.whole.errors);
  // The schemas accept any part as a generic one, so a part with a known type is held to that type's definition.
  for (const part of typedParts(value)) {
    const validate = schema.byType.get(part.type);
    const valid: boolean = validate?.(part) ?? true;
    if (!valid) return `${part.type}: ${ajv.errorsText(validate?.errors)}`;
    if (part.type === 'uri' && String(part.uri).startsWith('data:')) return 'uri: data URLs belong in a blob part';
  }
  return undefined;
}

interface TypedPart {
  readonly type: string;
  readonly uri?: unknown;
}

function typedParts(value: unknown): TypedPart[] {
  if (!Array.isArray(value)) return [];
  return value
    .flatMap((item: { parts?: unknown }) => (Array.isArray(item?.parts) ? item.parts : [item]))
    .filter((part): part is TypedPart => typeof (part as { type?: unknown } | null)?.type === 'string');
}

function finishReasons(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((message: { finish_reason?: unknown } | null) => message?.finish_reason)
    .filter((reason) => typeof reason === 'string');
}
