// Another tool's module hook, on the same package as ours: it wraps every module, or only its own.
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';

const include = process.env.OTHER_TOOL_WRAPS === 'everything' ? undefined : ['zod'];
if (supportsSyncHooks()) register(include && { include });
else {
  const { register: registerAsynchronous } = await import('node:module');
  registerAsynchronous('import-in-the-middle/hook.mjs', import.meta.url, { data: include && { include } });
}
