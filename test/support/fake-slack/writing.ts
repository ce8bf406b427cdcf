/** A person's words as Slack sends them: entities escaped, names and links in angle brackets (platforms/slack.md §3). */
import type { State } from './state.ts';

const sent = /(<(?:[@#!][^<>]+|https?:\/\/[^<>]+)>)/;
const link = /\bhttps?:\/\/[^\s<>]+/g;

/** What stands in angle brackets already is sent as it is. @param hasNames `<@U1|ann>`, as in a slash command */
export function escapeTyped(state: State, team: string, text: string, hasNames: boolean): string {
  return text
    .split(sent)
    .map((part, index) => (index % 2 === 1 ? part : escapePart(state, team, part, hasNames)))
    .join('');
}

function escapePart(state: State, team: string, text: string, hasNames: boolean): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe
    .replaceAll(link, (url) => `<${url}>`)
    .replaceAll(/@([\w.-]+)/g, (typed, name: string) => {
      const person = state.people.values().find((each) => each.name === name && isHere(state, team, each.team));
      return person === undefined ? typed : `<@${person.id}${hasNames ? `|${name}` : ''}>`;
    })
    .replaceAll(/#([\w-]+)/g, (typed, name: string) => {
      const channel = state.channels.values().find((each) => each.name === name && each.team === team);
      return channel === undefined ? typed : `<#${channel.id}|${name}>`;
    });
}

/** Of the workspace, of its organisation, or a guest in it. */
function isHere(state: State, team: string, own: string): boolean {
  return own === team || own === state.teams.get(team)?.enterprise || !state.teams.has(own);
}
