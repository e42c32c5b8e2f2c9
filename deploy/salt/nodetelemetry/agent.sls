{%- from 'nodetelemetry/map.jinja' import system, agent with context %}
include:
  - nodetelemetry.repository

nodetelemetry-agent-package:
  pkg.{{ 'latest' if agent.get('version') == 'latest' else 'installed' }}:
    - name: {{ system.agent }}
{%- if agent.get('version', '') not in ('', 'latest') %}
    - version: {{ agent.version }}
{%- endif %}
{%- if agent.get('source') %}
    - sources:
      - {{ system.agent }}: {{ agent.source }}
{%- endif %}
    - require:
      - sls: nodetelemetry.repository
{% if agent.get('key') %}
nodetelemetry-agent-key:
  file.managed:
    - name: /etc/nodetelemetry/agent.key
    - contents_pillar: nodetelemetry:agent:key
    - user: root
    - group: nodetelemetry-agent
    - mode: '0640'
    - show_changes: false
    - require:
      - pkg: nodetelemetry-agent-package
    - require_in:
      - file: nodetelemetry-agent-configuration
    - watch_in:
      - service: nodetelemetry-agent-service
{% endif %}
nodetelemetry-agent-configuration:
  file.managed:
    - name: /etc/nodetelemetry/agent.json
    - source: salt://nodetelemetry/files/agent.json.jinja
    - template: jinja
    - user: root
    - group: root
    - mode: '0644'
    - check_cmd: nodetelemetry-agent --check-config --config
    - require:
      - pkg: nodetelemetry-agent-package

# A reload keeps the run of the agent: no sample is missed, no event raised.
nodetelemetry-agent-service:
  service.running:
    - name: nodetelemetry-agent
    - enable: true
    - reload: true
    - watch:
      - file: nodetelemetry-agent-configuration
