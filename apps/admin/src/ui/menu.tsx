import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';

export interface MenuAction {
  readonly id: string;
  readonly name: string;
  readonly icon?: ReactNode;
  readonly isDangerous?: boolean;
  readonly onAction: () => void;
}

/** What can be done, behind a button. */
export function Menu({
  label,
  button,
  actions,
}: {
  readonly label: string;
  readonly button: ReactNode;
  readonly actions: readonly MenuAction[];
}): ReactNode {
  return (
    <MenuTrigger>
      {button}
      <Popover
        placement="bottom end"
        className="min-w-44 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-lg"
      >
        <AriaMenu aria-label={label} className="outline-none">
          {actions.map(({ id, name, icon, isDangerous = false, onAction }) => (
            <MenuItem
              key={id}
              id={id}
              textValue={name}
              onAction={onAction}
              className={`flex items-center gap-2.5 rounded-md px-2.5 py-2 outline-none data-[focused]:bg-sunken ${isDangerous ? 'text-danger' : ''}`}
            >
              {icon}
              {name}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
