const counts = new Intl.NumberFormat('en-US');

/** A whole number, in thousands. */
export const formatCount = (value) => counts.format(value);

/** Nanoseconds as milliseconds, with a decimal where it tells something. */
export function formatDuration(nanoseconds) {
  const milliseconds = nanoseconds / 1e6;
  return `${formatDecimal(milliseconds, milliseconds < 10 ? 1 : 0)} ms`;
}

/** Three significant digits at most, never in exponents. */
export function formatNumber(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(digits, 12) });
}

/** US dollars: whole cents from a dollar on, three significant digits below. */
export const formatCost = (dollars) => `$${dollars >= 1 ? formatDecimal(dollars, 2) : formatNumber(dollars)}`;

/** A value of a metric in the unit that its instrument has, scaled where a person would. */
export function formatQuantity(value, unit) {
  if (unit === 'USD') return formatCost(value);
  if (unit !== 's') return formatNumber(value);
  return value >= 10 ? `${formatNumber(value)} s` : `${formatNumber(value * 1000)} ms`;
}

function formatDecimal(value, digits) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
