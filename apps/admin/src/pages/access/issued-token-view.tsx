import type { ReactNode } from 'react';
import { hubEndpoint } from '../../api/api-base.ts';
import type { IssuedToken } from '../../api/types.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Secret } from '../../ui/secret.tsx';

/** A token that was just made: nobody sees it again. */
export function IssuedTokenView({ issued }: { readonly issued: IssuedToken }): ReactNode {
  return (
    <>
      <Notice tone="warn" title="This token is shown only now">
        Copy it before you close this.
      </Notice>
      <Secret text={issued.token} what="Token" />
      <p className="text-sm text-muted">For programs:</p>
      <CodeBlock
        text={`export HF_ENDPOINT=${hubEndpoint}\nexport HF_TOKEN=${issued.token}`}
        what="Settings"
      />
    </>
  );
}
