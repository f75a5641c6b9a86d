import { ModelkeepError } from '@modelkeep/core/spi';

/** An error of the configuration. `problems` are one line each; the message is the first of them. */
export function configInvalid(problems: readonly string[], cause?: unknown): ModelkeepError {
  const [first = 'the configuration is not valid', ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new ModelkeepError('config-invalid', `${first}${more}`, {
    details: { problems },
    ...(cause === undefined ? {} : { cause }),
  });
}
