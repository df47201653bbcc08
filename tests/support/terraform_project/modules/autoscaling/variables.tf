variable "cluster_name" {
  type = string
}

variable "service_name" {
  type = string
}

variable "min_capacity" {
  type = number
}

variable "max_capacity" {
  type = number
}

variable "cpu_target" {
  type = number
}

variable "memory_target" {
  type = number
}

variable "tags" {
  type = map(string)
}
