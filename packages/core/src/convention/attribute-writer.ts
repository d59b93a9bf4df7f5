import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { OperationRequest, OperationResponse } from '../vocabulary/index.ts';
import {
  type AttributeRow,
  type AttributeType,
  agentAttributes,
  attribute,
  type ConventionVersion,
  modalityAttributes,
  requestAttributes,
  responseAttributes,
  toolAttributes,
  usageAttributes,
} from './attribute-table.ts';

const accepts: Record<AttributeType, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isSafeInteger(value),
  double: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  'string[]': (value) =>
    Array.isArray(value) && value.length > 0 && value.every((element) => typeof element === 'string'),
};

type Write<Source> = (source: Source, into: Attributes) => void;

function compile<Field extends string>(
  rows: readonly AttributeRow<Field>[],
  version: ConventionVersion,
): Write<Partial<Record<Field, unknown>>> {
  const columns = rows.map(([field, type, name, latestName]) => ({
    field,
    accepts: accepts[type],
    name: version === 'latest' && latestName !== undefined ? latestName : name,
  }));
  return (source, into) => {
    for (const column of columns) {
      const value = source[column.field];
      if (value !== undefined && column.accepts(value)) into[column.name] = value as AttributeValue;
    }
  };
}

/** Writes fields of the vocabulary under the names of one convention version. */
export interface AttributeWriter {
  request: Write<OperationRequest>;
  response: Write<OperationResponse>;
}

/** Builds the writer of a convention version from its tables. */
export function createAttributeWriter(version: ConventionVersion): AttributeWriter {
  const writeRequest = compile(requestAttributes, version);
  const writeResponse = compile(responseAttributes, version);
  const writeUsage = compile(usageAttributes, version);
  const writeAgent = compile(agentAttributes, version);
  const writeTool = compile(toolAttributes, version);
  const modalities = (['text', 'image', 'audio'] as const).map((modality) => ({
    modality,
    write: compile(modalityAttributes(modality), version),
  }));

  return {
    request(source, into) {
      writeRequest(source, into);
      // 1 is the default of every API: the convention wants the attribute for other values only.
      if (Number.isSafeInteger(source.choiceCount) && source.choiceCount !== 1) {
        into[attribute.choiceCount] = source.choiceCount as number;
      }
      if (source.stream === true) into[attribute.stream] = true;
      if (source.agent) writeAgent(source.agent, into);
      if (source.tool) writeTool(source.tool, into);
      if (source.attributes) writeOwn(source.attributes, into);
    },
    response(source, into) {
      writeResponse(source, into);
      const { usage } = source;
      if (usage) {
        writeUsage(usage, into);
        if (usage.modalities) {
          for (const { modality, write } of modalities) {
            const part = usage.modalities[modality];
            if (part) write(part, into);
          }
        }
      }
      if (source.agent) writeAgent(source.agent, into);
      if (source.attributes) writeOwn(source.attributes, into);
    },
  };
}

function writeOwn(source: Attributes, into: Attributes): void {
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value !== undefined && value !== null) into[name] = value;
  }
}
