# environments/prod/terraform.tfvars
ecs_cpu    = "4096"
ecs_memory = "16384"
ecs_desired_count = 2

# Auto Scaling 설정
autoscaling_enabled      = true
autoscaling_min_capacity = 1
autoscaling_max_capacity = 4
autoscaling_cpu_target   = 70
autoscaling_memory_target = 70
