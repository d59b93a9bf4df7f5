const { context, propagation, trace } = require('@opentelemetry/api');

const carrier = {};
trace.getTracer('app').startActiveSpan('parent', () => {
  const withBaggage = propagation.setBaggage(context.active(), propagation.createBaggage({ key: { value: 'value' } }));
  propagation.inject(withBaggage, carrier);
});
console.log(Object.keys(carrier).sort().join(' '));
