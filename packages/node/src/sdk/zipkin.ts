export { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
