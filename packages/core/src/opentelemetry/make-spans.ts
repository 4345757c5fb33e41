import type { TracingChannel } from 'node:diagnostics_channel';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import {
  deliveryChannel,
  guardChannel,
  hashingChannel,
  requestChannel,
  storeChannel,
  useCaseChannel,
} from '../telemetry/channels.js';
import type { Trace } from '../telemetry/channels.js';
import {
  deliveryAttributes,
  failureAttributes,
  guardAttributes,
  isFault,
  methodOf,
  requestAttributes,
  storeAttributes,
} from './attributes.js';
import { follow } from './follow.js';

interface SpanPlan<Message> {
  readonly name: (message: Message) => string;
  /** Set at the start, so that samplers see them, and again at the end. */
  readonly attributes: (message: Message) => Attributes;
  /**
   * `any`: a root span if there is no parent. `needed`: no span without a parent, since it would be meaningless alone.
   * `none`: always a root span.
   */
  readonly parent: 'any' | 'needed' | 'none';
  /** The kind of a root span. Default: internal. */
  readonly rootKind?: SpanKind;
}

/** Creates a span for each operation, which runs in the context of the span. */
export function makeSpans(tracer: Tracer, mount: string): (() => void)[] {
  const spans = <Message extends Trace>(channel: TracingChannel<unknown, Message>, plan: SpanPlan<Message>) =>
    spansOf(tracer, { channel, plan });
  return [
    spans(requestChannel, {
      name: (message) => [methodOf(message), requestAttributes(message, mount)['http.route']].join(' ').trim(),
      attributes: (message) => ({ ...requestAttributes(message, mount), 'sallyport.request.id': message.requestId }),
      parent: 'any',
      rootKind: SpanKind.SERVER,
    }),
    spans(useCaseChannel, {
      name: ({ useCase }) => `sallyport ${useCase}`,
      attributes: ({ useCase }) => ({ 'sallyport.use_case': useCase }),
      parent: 'any',
    }),
    spans(guardChannel, { name: () => 'sallyport guard', attributes: guardAttributes, parent: 'any' }),
    spans(storeChannel, { name: ({ verb }) => `store ${verb}`, attributes: storeAttributes, parent: 'needed' }),
    spans(hashingChannel, {
      name: ({ operation }) => `password ${operation}`,
      attributes: ({ operation, waitMs }) => ({
        'sallyport.hashing.operation': operation,
        ...(waitMs !== undefined && { 'sallyport.hashing.wait': waitMs / 1_000 }),
      }),
      parent: 'needed',
    }),
    spans(deliveryChannel, {
      name: () => 'sallyport deliver',
      attributes: (message) => ({
        ...deliveryAttributes(message),
        'sallyport.message.id': message.messageId,
        'sallyport.delivery.attempt': message.attempt,
      }),
      parent: 'none',
    }),
  ];
}

interface Followed<Message extends Trace> {
  readonly channel: TracingChannel<unknown, Message>;
  readonly plan: SpanPlan<Message>;
}

function spansOf<Message extends Trace>(tracer: Tracer, { channel, plan }: Followed<Message>): () => void {
  const spans = new WeakMap<Message, Span>();
  return follow(channel, {
    onStart(message) {
      const surrounding = plan.parent === 'none' ? ROOT_CONTEXT : context.active();
      const isRoot = trace.getSpan(surrounding) === undefined;
      if (isRoot && plan.parent === 'needed') return;
      const kind = (isRoot ? plan.rootKind : undefined) ?? SpanKind.INTERNAL;
      const span = tracer.startSpan(plan.name(message), { kind, attributes: plan.attributes(message) }, surrounding);
      spans.set(message, span);
      const within = trace.setSpan(surrounding, span);
      const { around } = message;
      message.around = async (work) => context.with(within, async () => (around === undefined ? work() : around(work)));
    },
    onEnd(message) {
      const span = spans.get(message);
      if (span === undefined) return;
      span.setAttributes({ ...plan.attributes(message), ...failureAttributes(message) });
      if (message.error !== undefined && isFault(message.error)) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  });
}
