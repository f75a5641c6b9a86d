import { ImageOff } from 'lucide-react';
import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { apiBase } from '../../api/api-base.ts';
import type { ModelDetails } from '../../api/types.ts';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import './markdown.css';
import { cardImage, cardLink } from './card-addresses.ts';
import { headingLevels } from './heading-levels.ts';

/** A model card. Whoever published the model wrote it: what is not plain text and layout is left out. */
export function Markdown({
  text,
  model,
}: {
  readonly text: string;
  readonly model: ModelDetails;
}): ReactNode {
  const paths = new Set(model.files.map(({ path }) => path));
  const components: Components = {
    a({ href, children }) {
      const address = cardLink(href, model);
      if (address === undefined) return <span>{children}</span>;
      return (
        <a href={address} target="_blank" rel="noreferrer">
          {children}
        </a>
      );
    },
    img({ src, alt = '' }) {
      const path = cardImage(src, paths);
      if (path !== undefined) {
        const at = `${apiBase}/models/${encodeURIComponent(model.key)}/files/${encodeURIComponent(path)}`;
        return <img src={`${at}?inline=true`} alt={alt} loading="lazy" />;
      }
      // Nothing is asked of other machines: they would learn who reads what, and may not be reached at all.
      return (
        <span className="inline-flex items-center gap-1.5 rounded-md bg-sunken px-2 py-0.5 text-sm text-muted">
          <ImageOff aria-hidden className="size-3.5" />
          {alt === '' ? 'image' : alt}
        </span>
      );
    },
    table: ({ children }) => (
      <ScrollArea label="Table" className="overflow-x-auto">
        <table>{children}</table>
      </ScrollArea>
    ),
    pre: ({ children }) => (
      <ScrollArea label="Code" className="card-code">
        <pre>{children}</pre>
      </ScrollArea>
    ),
    input: ({ checked }) => <span>{checked === true ? '☑' : '☐'}</span>,
  };
  return (
    <div className="card-text">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeRaw, rehypeSanitize, headingLevels]}
        components={components}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
