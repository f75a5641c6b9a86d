{{- define "modelkeep.name" -}}
{{- if contains "modelkeep" .Release.Name -}}
{{ .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-modelkeep" .Release.Name | trunc 52 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{- define "modelkeep.selector" -}}
app.kubernetes.io/name: modelkeep
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "modelkeep.labels" -}}
{{ include "modelkeep.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* The config file. Behind an ingress with TLS, clients must be told https addresses: they send their token there. */}}
{{- define "modelkeep.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if and .Values.ingress.enabled .Values.ingress.tlsSecret (not $config.server.publicUrl) -}}
{{- $_ := set $config.server "publicUrl" (printf "https://%s" .Values.ingress.host) -}}
{{- end -}}
{{ toYaml $config }}
{{- end -}}

{{- define "modelkeep.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  {{- range $name, $value := .Values.env }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
envFrom:
  - secretRef:
      name: {{ .Values.existingSecret }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: home
    mountPath: /var/lib/modelkeep
  - name: tmp
    mountPath: /tmp
  - name: config
    mountPath: /etc/modelkeep
    readOnly: true
{{- end -}}
