// The panel that decides how the chat looks and what it offers.

import { useState, type CSSProperties } from 'react';
import { CloseIcon } from './icons.tsx';
import { ACCENTS, FEATURES, FONTS, LOCALES, PLAIN_LOOK, SURFACES, asCode, isOn, switched, type Choice, type Feature, type Look } from './look.ts';
import { Segments } from './segments.tsx';
import { ToldList, type Told } from './told.tsx';

interface Props {
  id: string;
  look: Look;
  told: readonly Told[];
  onChange: (look: Look) => void;
}

const same = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name.charAt(0).toUpperCase() + name.slice(1)]));

function nameOf(locale: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
}

export function LookPanel({ id, look, told, onChange }: Props) {
  const [copied, setCopied] = useState(false);
  const choose = (name: Choice) => (value: string) => onChange({ ...look, [name]: value });
  const segments = (name: Choice, label: string, options: Readonly<Record<string, string>>) => (
    <Segments label={label} options={options} value={look[name]} onChange={choose(name)} />
  );
  const range = (name: Choice, label: string, least: number, most: number) => (
    <label className="range">
      <span>{label}</span>
      <input type="range" data-choice={name} min={least} max={most} value={look[name]} onChange={({ target }) => choose(name)(target.value)} />
      <output>{look[name]}</output>
    </label>
  );
  const copy = async () => {
    await navigator.clipboard.writeText(asCode(look));
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  return (
    <aside id={id} className="side looks" popover="auto" aria-label="Looks">
      <div className="side-head bar">
        <h2>Looks</h2>
        <button type="button" className="text-button" onClick={() => onChange(PLAIN_LOOK)}>
          Reset
        </button>
        <button type="button" className="tool side-close" popoverTarget={id} popoverTargetAction="hide" aria-label="Close">
          <CloseIcon />
        </button>
      </div>
      <div className="side-body">
        {segments('scheme', 'Colour scheme', same('light', 'dark', 'auto'))}
        <fieldset className="swatches">
          <legend>Accent</legend>
          <div>
            <Swatch group="accent" label="None" chosen={look.accent === ''} onChoose={() => choose('accent')('')} />
            {Object.entries(ACCENTS).map(([label, color]) => (
              <Swatch key={color} group="accent" label={label} color={color} chosen={look.accent === color} onChoose={() => choose('accent')(color)} />
            ))}
            <label className="swatch custom" title="Another colour">
              <input type="color" aria-label="Another accent" value={look.accent || '#1d4ed8'} onChange={({ target }) => choose('accent')(target.value)} />
            </label>
          </div>
        </fieldset>
        {look.accent !== '' && segments('level', 'Accent level', { 0: 'Links', 1: 'Send', 2: 'Tint', 3: 'Solid' })}
        <fieldset className="swatches">
          <legend>Surface</legend>
          <div>
            <Swatch group="surface" label="As the scheme" chosen={look.surface === ''} onChoose={() => choose('surface')('')} />
            {Object.entries(SURFACES).map(([key, { label, background, foreground }]) => (
              <Swatch key={key} group="surface" label={label} color={background} ring={foreground} chosen={look.surface === key} onChoose={() => choose('surface')(key)} />
            ))}
          </div>
        </fieldset>
        <fieldset className="ranges">
          <legend>Grays</legend>
          {range('tint', 'Tint', 0, 9)}
          {range('hue', 'Hue', 0, 360)}
          {range('shade', 'Shade', -4, 4)}
        </fieldset>
        {segments('radius', 'Radius', same('pill', 'round', 'soft', 'sharp'))}
        {segments('density', 'Density', same('compact', 'normal', 'spacious'))}
        {segments('size', 'Text size', { 14: '14', 15: '15', 16: '16', 17: '17', 18: '18' })}
        <label className="field">
          <span>Typeface</span>
          <select value={look.font} onChange={({ target }) => choose('font')(target.value)}>
            <option value="">System</option>
            {Object.entries(FONTS).map(([key, { label }]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Language</span>
          <select value={look.locale} onChange={({ target }) => choose('locale')(target.value)}>
            <option value="">The browser’s</option>
            {LOCALES.map((locale) => (
              <option key={locale} value={locale} lang={locale}>
                {nameOf(locale)}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="switches">
          <legend>Shown</legend>
          {(Object.entries(FEATURES) as [Feature, string][]).map(([feature, label]) => (
            <label key={feature}>
              <span>{label}</span>
              <input type="checkbox" role="switch" checked={isOn(look, feature)} onChange={({ target }) => onChange(switched(look, feature, target.checked))} />
            </label>
          ))}
        </fieldset>
        <button type="button" className="wide-button" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy the options'}
        </button>
        <section className="events">
          <h3>Events</h3>
          <ToldList told={told} />
        </section>
      </div>
    </aside>
  );
}

interface SwatchProps {
  group: string;
  label: string;
  color?: string;
  ring?: string;
  chosen: boolean;
  onChoose: () => void;
}

function Swatch({ group, label, color, ring, chosen, onChoose }: SwatchProps) {
  const style = color ? ({ '--swatch': color, '--swatch-ring': ring ?? color } as CSSProperties) : undefined;
  return (
    <label className={color ? 'swatch' : 'swatch empty'} title={label} style={style}>
      <input type="radio" name={group} aria-label={label} checked={chosen} onChange={onChoose} />
    </label>
  );
}
