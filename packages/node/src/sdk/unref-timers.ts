/** The timers of the bundled SDK: a pending batch or retry never keeps the application's process alive. */
import * as timers from 'node:timers';

export const setTimeout = ((...parameters: Parameters<typeof timers.setTimeout>) =>
  timers.setTimeout(...parameters).unref()) as typeof timers.setTimeout;

export const setInterval = ((...parameters: Parameters<typeof timers.setInterval>) =>
  timers.setInterval(...parameters).unref()) as typeof timers.setInterval;
