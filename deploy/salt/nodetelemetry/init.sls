include:
  - nodetelemetry.agent
