{%- from 'nodetelemetry/map.jinja' import system, collector with context %}
include:
  - nodetelemetry.repository

nodetelemetry-collector-package:
  pkg.{{ 'latest' if collector.get('version') == 'latest' else 'installed' }}:
    - name: {{ system.collector }}
{%- if collector.get('version', '') not in ('', 'latest') %}
    - version: {{ collector.version }}
{%- endif %}
{%- if collector.get('source') %}
    - sources:
      - {{ system.collector }}: {{ collector.source }}
{%- endif %}
    - require:
      - sls: nodetelemetry.repository

nodetelemetry-collector-configuration:
  file.managed:
    - name: /etc/nodetelemetry/collector.json
    - source: salt://nodetelemetry/files/collector.json.jinja
    - template: jinja
    - user: root
    - group: root
    - mode: '0644'
    - check_cmd: nodetelemetry-collector --check-config --config
    - require:
      - pkg: nodetelemetry-collector-package

nodetelemetry-collector-service:
  service.running:
    - name: nodetelemetry-collector
    - enable: true
    - watch:
      - file: nodetelemetry-collector-configuration
