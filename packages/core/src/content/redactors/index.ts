import { redactApiKey } from './api-key.ts';
import { redactCard } from './card.ts';
import { redactEmail } from './email.ts';
import { redactIban } from './iban.ts';
import { redactIp } from './ip.ts';
import { redactPhone } from './phone.ts';
import { redactSsn } from './ssn.ts';

/** Kinds of private data that can be recognised without help; each becomes `[REDACTED:<kind>]`. */
export type BuiltInRedactor = 'email' | 'phone' | 'card' | 'ssn' | 'iban' | 'ip' | 'api_key';

/** The longest and most certain forms come first: the digits within an IBAN or a card could pass for a phone number. */
export const BUILT_IN_REDACTORS: ReadonlyMap<BuiltInRedactor, (text: string) => string> = new Map([
  ['api_key', redactApiKey],
  ['iban', redactIban],
  ['card', redactCard],
  ['ssn', redactSsn],
  ['email', redactEmail],
  ['ip', redactIp],
  ['phone', redactPhone],
]);
