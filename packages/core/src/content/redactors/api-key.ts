const MARKER = '[REDACTED:api_key]';

/** Credentials that their issuers gave a recognisable form. */
const ISSUED = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'sk-[A-Za-z0-9_-]{16,}', // OpenAI, Anthropic, DeepSeek, OpenRouter
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])', // AWS access key ids
    'AIza[A-Za-z0-9_-]{30,}', // Google
    'ya29\\.[A-Za-z0-9_-]{20,}', // Google OAuth access tokens
    'gh[opsur]_[A-Za-z0-9]{20,}', // GitHub
    'github_pat_[A-Za-z0-9_]{20,}',
    'glpat-[A-Za-z0-9_-]{16,}', // GitLab
    'xox[abeoprs]-[A-Za-z0-9-]{10,}', // Slack
    'xapp-[A-Za-z0-9-]{10,}',
    '[rs]k_(?:live|test)_[A-Za-z0-9]{10,}', // Stripe
    'whsec_[A-Za-z0-9+/=]{16,}',
    'hf_[A-Za-z0-9]{16,}', // Hugging Face
    'gsk_[A-Za-z0-9]{20,}', // Groq
    'xai-[A-Za-z0-9]{20,}', // xAI
    'pplx-[A-Za-z0-9]{20,}', // Perplexity
    'r8_[A-Za-z0-9]{20,}', // Replicate
    'npm_[A-Za-z0-9]{30,}', // npm
  ].join('|')})`,
  'g',
);
const JSON_WEB_TOKEN = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]{2,}){1,4}/g;
const BEARER = /\b(bearer|basic)(\s{1,5})([A-Za-z0-9._~+/-]{6,}={0,2})/gi;
const URL_PASSWORD = /(:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)/g;
const AWS_KEY_ID = /(?:AKIA|ASIA)[A-Z0-9]{16}/;
const AWS_SECRET = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g;

const NAME =
  '(?:api[_-]?key|(?:secret|private|signing|encryption)[_-]?(?:access[_-]?)?key|(?:client|app|shared|webhook)[_-]?secret|' +
  '(?:access|refresh|auth|bearer|session|id|api|security)[_-]?token|passw(?:or)?d|passphrase)';
const ASSIGNED = new RegExp(
  `(${NAME}[\\\\"']{0,4}\\s{0,5}[:=]>?\\s{0,5}[\\\\"']{0,4})([^\\s"'\\\\&,;<>{}\\[\\]]{6,})`,
  'gi',
);
const SECRET_NAME = new RegExp(`(?:${NAME}|^secret|^(?:proxy[_-]?)?authorization|^token|^pwd)$`, 'i');

const PRIVATE_KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const PRIVATE_KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** API keys, tokens, passwords and private keys: by the form their issuers give them, or by the name they go under. */
export function redactApiKey(text: string): string {
  const withoutAwsSecrets = AWS_KEY_ID.test(text)
    ? text.replace(AWS_SECRET, (candidate) => (isMixed(candidate) ? MARKER : candidate))
    : text;
  return redactPrivateKeys(withoutAwsSecrets)
    .replace(JSON_WEB_TOKEN, MARKER)
    .replace(ISSUED, MARKER)
    .replace(BEARER, (match: string, scheme: string, space: string, token: string) =>
      token.length >= 20 || /[\d=]/.test(token) ? `${scheme}${space}${MARKER}` : match,
    )
    .replace(URL_PASSWORD, `$1${MARKER}`)
    .replace(ASSIGNED, `$1${MARKER}`);
}

/** Whether a property of this name holds a credential, whatever its value looks like. */
export function isSecretName(name: string): boolean {
  return name.length <= 100 && SECRET_NAME.test(name);
}

/** A block that is never closed is redacted to the end of the text: half a key is a secret too. */
function redactPrivateKeys(text: string): string {
  let result = '';
  let copied = 0;
  PRIVATE_KEY_BEGIN.lastIndex = 0;
  for (let begin = PRIVATE_KEY_BEGIN.exec(text); begin !== null; begin = PRIVATE_KEY_BEGIN.exec(text)) {
    PRIVATE_KEY_END.lastIndex = PRIVATE_KEY_BEGIN.lastIndex;
    result += text.slice(copied, begin.index) + MARKER;
    copied = PRIVATE_KEY_END.test(text) ? PRIVATE_KEY_END.lastIndex : text.length;
    PRIVATE_KEY_BEGIN.lastIndex = copied;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

const isMixed = (text: string): boolean => /[A-Z]/.test(text) && /[a-z]/.test(text) && /[0-9]/.test(text);
