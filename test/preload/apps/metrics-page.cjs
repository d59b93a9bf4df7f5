// Calls the model, then reads the page that a Prometheus server would.
const { OpenAI } = require('openai');

const call = { model: 'test-model', messages: [{ role: 'user', content: 'hi' }] };
new OpenAI().chat.completions
  .create(call)
  .then(() => fetch(`http://127.0.0.1:${process.env.OTEL_EXPORTER_PROMETHEUS_PORT}/metrics`))
  .then((response) => response.text())
  .then(console.log);
