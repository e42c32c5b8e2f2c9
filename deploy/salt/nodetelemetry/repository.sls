{%- from 'nodetelemetry/map.jinja' import system, repository with context %}
{%- if repository and system.keyring is defined %}
nodetelemetry-keyring:
  file.managed:
    - name: {{ system.keyring }}
    - source: {{ repository.key }}
    - user: root
    - group: root
    - mode: '0644'

nodetelemetry-repository:
  pkgrepo.managed:
    - name: deb [signed-by={{ system.keyring }}] {{ repository.address }} stable main
    - file: {{ system.sources }}
    - require:
      - file: nodetelemetry-keyring
{%- else %}
# pacman, or a system that knows the repository already.
nodetelemetry-repository:
  test.nop: []
{%- endif %}
