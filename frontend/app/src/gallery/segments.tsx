// A row of choices of which one holds: radio buttons, so that arrow keys go through them.

import { useId } from 'react';

interface Props {
  label: string;
  options: Readonly<Record<string, string>>;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

export function Segments({ label, options, value, onChange, className = '' }: Props) {
  const name = useId();
  return (
    <fieldset className={`segments ${className}`}>
      <legend>{label}</legend>
      <div>
        {Object.entries(options).map(([key, text]) => (
          <label key={key}>
            <input type="radio" name={name} value={key} checked={value === key} onChange={() => onChange(key)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
