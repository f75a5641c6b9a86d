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
